import { ActionIcon, Checkbox, Menu, Popover, TagsInput } from '@mantine/core';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { type CSSProperties, useState } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { notify, notifyFault } from '../../components/notify.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import type { Screen } from '../../state/frame.ts';
import { useChoice, useFrame, useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import styles from './runs.module.css';

interface RunRowProps {
  readonly project: string;
  readonly view: RunView;
  readonly metrics: readonly `test.${string}`[];
  /** Place in the whole table, from 1. */
  readonly index: number;
  readonly style: CSSProperties;
  readonly compared: boolean;
  readonly onCompare: () => void;
  readonly onDelete: () => void;
}

/** One run: what it reached, and the name, tags and note that a person gives it in place. */
export function RunRow(props: RunRowProps) {
  const { project, view, metrics, index, style, compared, onCompare, onDelete } = props;
  const text = useText();
  const numbers = useNumbers();
  const { connection, experiment } = useWorkbench();
  const { workbench } = connection;
  const refresh = useProject((state) => state.refreshRuns);
  const go = useFrame((state) => state.go);
  const choose = useChoice((state) => state.choose);
  const { record } = view;
  const run = record.id;
  const update = (change: { name?: string; tags?: string[]; note?: string }): void => {
    workbench.runs.update({ project, run, ...change }).then(refresh, notifyFault);
  };
  const show = (screen: Screen): void => {
    choose(run);
    go(screen);
  };
  const returnToConfiguration = async (): Promise<void> => {
    const { text: configuration } = await workbench.runs.configuration({ project, run });
    experiment.getState().setText(configuration, null);
    notify(text('runs.configured', { run: record.name }));
  };
  const cells: readonly (readonly [key: string, content: string])[] = [
    ['epoch', `${record.epoch} / ${view.epochs}`],
    ...metrics.map((metric) => [metric, numbers.number(record.metrics?.[metric] ?? null)] as const),
    ['parameters', record.parameters === null ? '–' : numbers.count(record.parameters)],
    ['seconds', numbers.duration(record.seconds)],
  ];
  return (
    <tr className={styles.row} style={style} aria-rowindex={index} data-compared={compared}>
      <td className={styles.cell}>
        <Checkbox
          aria-label={text('runs.compareRun', { run: record.name })}
          checked={compared}
          onChange={onCompare}
        />
      </td>
      <td className={styles.cell}>
        <InlineText
          label={text('runs.nameOf', { run: record.name })}
          value={record.name}
          required
          onSave={(name) => update({ name })}
        />
      </td>
      <td className={styles.cell}>
        <StatusBadge view={view} />
      </td>
      <td className={styles.cell}>{numbers.moment(record.created)}</td>
      {cells.map(([key, content]) => (
        <td key={key} className={`${styles.cell} ${styles.numeric}`}>
          {content}
        </td>
      ))}
      <td className={`${styles.cell} ${styles.tags}`}>
        {view.tags.map((tag) => (
          <span key={tag} className={styles.tag}>
            {tag}
          </span>
        ))}
        <TagEditor name={record.name} tags={view.tags} onSave={(tags) => update({ tags })} />
      </td>
      <td className={styles.cell}>
        <InlineText
          label={text('runs.noteOf', { run: record.name })}
          value={view.note}
          onSave={(note) => update({ note })}
        />
      </td>
      <td className={styles.cell}>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size="sm" aria-label={text('runs.actionsOf', { run: record.name })}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => show('train')}>{text('runs.actionTrain')}</Menu.Item>
            <Menu.Item onClick={() => show('understand')}>{text('runs.actionUnderstand')}</Menu.Item>
            <Menu.Item onClick={() => show('export')}>{text('runs.actionExport')}</Menu.Item>
            <Menu.Item onClick={() => void returnToConfiguration().catch(notifyFault)}>
              {text('runs.actionConfiguration')}
            </Menu.Item>
            {(record.status === 'interrupted' || record.status === 'failed') && (
              <Menu.Item onClick={() => workbench.runs.resume({ project, run }).then(refresh, notifyFault)}>
                {text('runs.actionResume')}
              </Menu.Item>
            )}
            <Menu.Divider />
            <Menu.Item disabled={record.status === 'running' || view.paused} onClick={onDelete}>
              {text('runs.actionDelete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  );
}

interface InlineTextProps {
  readonly label: string;
  readonly value: string;
  readonly required?: boolean;
  readonly onSave: (value: string) => void;
}

/** Text that is changed where it stands: Enter or leaving saves, Escape takes it back. */
function InlineText({ label, value, required = false, onSave }: InlineTextProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const save = (): void => {
    const wanted = draft?.trim();
    setDraft(null);
    if (wanted !== undefined && wanted !== value && !(required && wanted === '')) onSave(wanted);
  };
  return (
    <input
      className={styles.input}
      aria-label={label}
      value={draft ?? value}
      onChange={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setDraft(null);
      }}
    />
  );
}

interface TagEditorProps {
  readonly name: string;
  readonly tags: readonly string[];
  readonly onSave: (tags: string[]) => void;
}

function TagEditor({ name, tags, onSave }: TagEditorProps) {
  const text = useText();
  const runs = useProject((state) => state.runs);
  const known = [...new Set(runs.flatMap((view) => view.tags))];
  return (
    <Popover position="bottom-start" trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon size="xs" aria-label={text('runs.tagsOf', { run: name })}>
          <IconPlus size={14} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <TagsInput
          label={text('runs.columnTags')}
          placeholder={text('runs.addTag')}
          data={known}
          value={[...tags]}
          onChange={onSave}
          w={240}
          comboboxProps={{ withinPortal: false }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
