import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ExportFormat, ExportResult } from '../../../engine/contract/rpc/exports.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { notifyFault } from '../../components/notify.tsx';
import { toFault } from '../../rpc/fault.ts';
import type { Async } from '../../state/async.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './export.module.css';
import { WrittenExport } from './written-export.tsx';

interface FormatDetailProps {
  readonly project: string;
  readonly run: string;
  readonly format: ExportFormat;
}

/** One format: what it keeps and loses, its options, and what was written and checked. */
export function FormatDetail({ project, run, format }: FormatDetailProps) {
  const text = useText();
  const said = useSaid();
  const { workbench, shell } = useWorkbench().connection;
  const [options, setOptions] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(format.options.map((option) => [option.name, option.default])),
  );
  const [path, setPath] = useState('');
  const [written, setWritten] = useState<Async<ExportResult>>({ status: 'idle' });

  const choosePlace = async (): Promise<void> => {
    if (shell === null) return;
    const { extension } = format;
    const place =
      extension === null
        ? await shell.openFolder()
        : await shell.saveFile({
            suggestedName: `model${extension.startsWith('.') ? extension : `.${extension}`}`,
            filters: [{ name: format.title, extensions: [extension.replace(/^\./, '')] }],
          });
    if (place !== null) setPath(place);
  };

  const write = async (): Promise<void> => {
    setWritten({ status: 'loading', previous: null });
    try {
      const value = await workbench.exports.write({
        project,
        run,
        format: format.format,
        path: path.trim() === '' ? null : path.trim(),
        options,
      });
      setWritten({ status: 'ready', value });
    } catch (error) {
      setWritten({ status: 'failed', fault: toFault(error) });
    }
  };

  return (
    <section className={styles.detail} aria-label={said(format.title)}>
      <h2>{said(format.title)}</h2>
      {format.reason !== null && (
        <Notice kind={format.available ? 'info' : 'warning'}>{said(format.reason)}</Notice>
      )}
      <div className={styles.pair}>
        <div className={styles.keeps}>
          <h3>{text('exports.keeps')}</h3>
          <ul className={styles.list}>
            {format.keeps.map((kept) => (
              <li key={kept}>
                <IconCheck size={16} aria-hidden />
                <span>{said(kept)}</span>
              </li>
            ))}
          </ul>
        </div>
        <div className={styles.loses}>
          <h3>{text('exports.loses')}</h3>
          {format.loses.length === 0 ? (
            <p className="quiet">{text('exports.losesNothing')}</p>
          ) : (
            <ul className={styles.list}>
              {format.loses.map((lost) => (
                <li key={lost}>
                  <IconMinus size={16} aria-hidden />
                  <span>{said(lost)}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      {format.available && (
        <Group align="flex-end" gap="md">
          {format.options.map((option) => (
            <NativeSelect
              key={option.name}
              label={option.name}
              data={option.values}
              value={options[option.name] ?? option.default}
              onChange={({ currentTarget }) => setOptions({ ...options, [option.name]: currentTarget.value })}
            />
          ))}
          <TextInput
            label={text('exports.place')}
            placeholder={text('exports.placeHint')}
            value={path}
            w={300}
            onChange={({ currentTarget }) => setPath(currentTarget.value)}
          />
          {shell !== null && (
            <Button variant="default" onClick={() => void choosePlace().catch(notifyFault)}>
              {text('exports.choosePlace')}
            </Button>
          )}
          <Button loading={written.status === 'loading'} onClick={() => void write()}>
            {text('exports.write', { format: said(format.title) })}
          </Button>
        </Group>
      )}
      {written.status === 'loading' && <output className="quiet">{text('exports.writing')}</output>}
      {written.status === 'failed' && <FaultNotice fault={written.fault} onRetry={() => void write()} />}
      {written.status === 'ready' && <WrittenExport result={written.value} />}
    </section>
  );
}
