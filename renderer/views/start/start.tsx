import { ActionIcon, Button, Loader, TextInput, UnstyledButton } from '@mantine/core';
import { IconFileImport, IconFolderOpen, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { z } from 'zod';
import type { recentProjectSchema } from '../../../engine/contract/rpc/projects.ts';
import { DropZone } from '../../components/drop-zone.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { notify, notifyFault } from '../../components/notify.tsx';
import { chooseFile, hostPath, tableEndings } from '../../rpc/files.ts';
import { useAsync } from '../../state/async.ts';
import { useFrame, useProject, useSettings, useWorkbench } from '../../state/workbench.tsx';
import { formatMoment } from '../../strings/numbers.ts';
import { optionLabel } from '../../strings/options.ts';
import { sampleText } from '../../strings/samples.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useActions } from '../frame/actions.ts';
import { fetchScreen } from '../screens.tsx';
import { useSaid } from '../../strings/use-said.ts';
import styles from './start.module.css';

/** Where a person begins: a file, a project of before, or a sample. */
export function StartScreen() {
  const text = useText();
  const [busy, setBusy] = useState<string | null>(null);
  return (
    <div className={styles.start}>
      <h1 className={styles.title}>{text('start.title')}</h1>
      {busy !== null && (
        <output className={styles.busy}>
          <Loader size={14} aria-hidden /> {busy}
        </output>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          <NewFromFile busy={busy !== null} onBusy={setBusy} />
          <Recent />
        </div>
        <div className={styles.column}>
          <Samples busy={busy !== null} onBusy={setBusy} />
        </div>
      </div>
    </div>
  );
}

interface BusyProps {
  readonly busy: boolean;
  readonly onBusy: (what: string | null) => void;
}

function NewFromFile({ busy, onBusy }: BusyProps) {
  const text = useText();
  const { connection } = useWorkbench();
  const info = useSettings((state) => state.info);
  const show = useProject((state) => state.showCreated);
  const go = useFrame((state) => state.go);

  const create = async (file: string) => {
    onBusy(text('start.creating', { file }));
    // Shown next; what fails now is fetched again then.
    fetchScreen('data').catch(() => undefined);
    try {
      await show(
        await connection.workbench.projects.createFromFile({ folder: null, file, task: null, targets: [] }),
      );
      go('data');
    } catch (error) {
      notifyFault(error);
    } finally {
      onBusy(null);
    }
  };
  const choose = () =>
    chooseFile(connection, info, text('start.choose'), tableEndings)
      .then((path) => (path === null ? undefined : create(path)))
      .catch(notifyFault);
  const drop = (file: File) => {
    onBusy(text('start.uploading', { file: file.name }));
    hostPath(connection, info, file).then(create, (error: unknown) => {
      onBusy(null);
      notifyFault(error);
    });
  };
  return (
    <>
      <h2 className={styles.heading}>{text('start.dropTitle')}</h2>
      <DropZone label={text('start.dropTitle')} over={text('start.dropNow')} onFile={drop}>
        <div className={styles.drop}>
          <IconFileImport size={28} stroke={1.4} aria-hidden />
          <span>{text('start.dropHint')}</span>
          <Button variant="filled" disabled={busy} onClick={choose}>
            {text('start.choose')}
          </Button>
        </div>
      </DropZone>
    </>
  );
}

function Recent() {
  const text = useText();
  const { connection } = useWorkbench();
  const [recent, again] = useAsync('recent', () => connection.workbench.projects.recent());
  return (
    <>
      <h2 className={styles.heading}>{text('start.recent')}</h2>
      {recent.status === 'failed' && <FaultNotice fault={recent.fault} onRetry={again} />}
      {recent.status === 'loading' && recent.previous === null && <Loading />}
      {recent.status === 'ready' && recent.value.length === 0 && (
        <p className="quiet">{text('start.recentEmpty')}</p>
      )}
      {recent.status === 'ready' && (
        <ul className={styles.list}>
          {recent.value.map((project) => (
            <RecentProject key={project.path} project={project} onForgotten={again} />
          ))}
        </ul>
      )}
      <OpenOther />
    </>
  );
}

interface RecentProjectProps {
  readonly project: z.infer<typeof recentProjectSchema>;
  readonly onForgotten: () => void;
}

function RecentProject({ project, onForgotten }: RecentProjectProps) {
  const text = useText();
  const language = useLanguage();
  const { connection } = useWorkbench();
  const { openProject } = useActions();
  const forget = () =>
    connection.workbench.projects
      .forget({ path: project.path })
      .then(() => {
        notify(text('start.forgotten', { name: project.name }));
        onForgotten();
      })
      .catch(notifyFault);
  return (
    <li className={styles.item}>
      <UnstyledButton
        className={styles.open}
        disabled={!project.present}
        onClick={() => void openProject(project.path)}
      >
        <strong>{project.name}</strong>
        <span className="quiet">
          {project.present
            ? `${text('common.runs', { count: project.runs, text: project.runs })}, ${text('start.opened', { when: formatMoment(project.opened, language) })}`
            : text('start.gone')}
        </span>
        <span className={styles.path}>{project.path}</span>
      </UnstyledButton>
      <ActionIcon aria-label={text('start.forget', { name: project.name })} onClick={forget}>
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </li>
  );
}

function OpenOther() {
  const text = useText();
  const { connection } = useWorkbench();
  const { openProject } = useActions();
  const [path, setPath] = useState('');
  const { shell } = connection;
  if (shell !== null) {
    const open = () =>
      shell
        .openFolder()
        .then((folder) => (folder === null ? undefined : openProject(folder)))
        .catch(notifyFault);
    return (
      <Button variant="default" leftSection={<IconFolderOpen size={14} aria-hidden />} onClick={open}>
        {text('start.openFolder')}
      </Button>
    );
  }
  return (
    <form
      className={styles.openPath}
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') void openProject(path.trim());
      }}
    >
      <TextInput
        label={text('start.openPath')}
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
        className={styles.pathInput}
      />
      <Button type="submit" variant="default" disabled={path.trim() === ''}>
        {text('start.openPathButton')}
      </Button>
    </form>
  );
}

function Samples({ busy, onBusy }: BusyProps) {
  const text = useText();
  const said = useSaid();
  const language = useLanguage();
  const { connection } = useWorkbench();
  const show = useProject((state) => state.showCreated);
  const go = useFrame((state) => state.go);
  const [samples, again] = useAsync('samples', () => connection.workbench.projects.samples());
  const create = async (sample: string, title: string) => {
    onBusy(text('start.creating', { file: title }));
    // Shown next; what fails now is fetched again then.
    fetchScreen('data').catch(() => undefined);
    try {
      await show(await connection.workbench.projects.createFromSample({ folder: null, sample }));
      go('data');
    } catch (error) {
      notifyFault(error);
    } finally {
      onBusy(null);
    }
  };
  return (
    <>
      <h2 className={styles.heading}>{text('start.samples')}</h2>
      {samples.status === 'failed' && <FaultNotice fault={samples.fault} onRetry={again} />}
      {samples.status === 'loading' && <Loading />}
      {samples.status === 'ready' && (
        <ul className={styles.list}>
          {samples.value.map(({ id, title, description, task, license }) => {
            const shown = sampleText({ id, title, description }, language);
            return (
              <li key={id} className={styles.item}>
                <UnstyledButton
                  className={styles.open}
                  disabled={busy}
                  onClick={() => void create(id, shown.title)}
                >
                  <span className={styles.sampleHead}>
                    <strong>{shown.title}</strong>
                    <span className={styles.task}>{optionLabel('task', task, language)}</span>
                  </span>
                  <span>{shown.description}</span>
                  <span className="quiet">{text('start.license', { license: said(license) })}</span>
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
