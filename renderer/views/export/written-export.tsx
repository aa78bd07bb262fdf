import { Anchor, Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ExportResult } from '../../../engine/contract/rpc/exports.ts';
import { Notice } from '../../components/notice.tsx';
import { notifyFault } from '../../components/notify.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { useSettings, useWorkbench } from '../../state/workbench.tsx';
import { formatBytes } from '../../strings/numbers.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './export.module.css';

interface WrittenExportProps {
  readonly result: ExportResult;
}

/** What was written, how it was checked, and the code that loads it in the other tool. */
export function WrittenExport({ result }: WrittenExportProps) {
  const text = useText();
  const numbers = useNumbers();
  const metricName = useMetricName();
  const said = useSaid();
  const { token } = useWorkbench().connection;
  const downloadUrl = useSettings((state) => state.info?.downloadUrl ?? null);
  const { verification } = result;
  const all = result.files.map(({ path }) => path);
  return (
    <section className={styles.result} aria-label={text('exports.written')}>
      {verification === null ? (
        <Notice kind="info">{text('exports.notVerified')}</Notice>
      ) : (
        <div className={styles.verified} role="status">
          <IconCircleCheck size={18} aria-hidden />
          <strong>
            {text('exports.verified', {
              tool: verification.tool,
              difference: numbers.number(verification.largestDifference),
            })}
          </strong>
          <span className="quiet">{text('exports.verifiedSamples', { count: verification.samples })}</span>
        </div>
      )}
      {verification !== null && verification.metrics.length > 0 && (
        <table className={styles.metrics}>
          <thead>
            <tr>
              <th scope="col">{text('exports.metric')}</th>
              <th scope="col">{text('exports.here')}</th>
              <th scope="col">{text('exports.there')}</th>
            </tr>
          </thead>
          <tbody className="numbers">
            {verification.metrics.map(({ name, ours, theirs }) => (
              <tr key={name}>
                <th scope="row">{metricName(name)}</th>
                <td>{numbers.number(ours)}</td>
                <td>{numbers.number(theirs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div>
        <h3>{text('exports.files')}</h3>
        {downloadUrl !== null && result.files.length > 1 && (
          <Anchor size="sm" href={downloadAddress(downloadUrl, all, token)} download>
            {text('exports.downloadAll')}
          </Anchor>
        )}
        <ul className={styles.files}>
          {result.files.map((file) => (
            <WrittenFile key={file.path} path={file.path} bytes={file.bytes} />
          ))}
        </ul>
      </div>
      {result.notes.length > 0 && (
        <div>
          <h3>{text('exports.notes')}</h3>
          <ul className={styles.list}>
            {result.notes.map((note) => (
              <li key={note}>{said(note)}</li>
            ))}
          </ul>
        </div>
      )}
      {result.code.length > 0 && <h3>{text('exports.code')}</h3>}
      {result.code.map(({ language, text: code }) => (
        <CodeBlock key={language} language={language} code={code} />
      ))}
    </section>
  );
}

interface WrittenFileProps {
  readonly path: string;
  readonly bytes: number;
}

function WrittenFile({ path, bytes }: WrittenFileProps) {
  const text = useText();
  const language = useLanguage();
  const { shell, token } = useWorkbench().connection;
  const downloadUrl = useSettings((state) => state.info?.downloadUrl ?? null);
  const name = path.split(/[\\/]/).at(-1) ?? path;
  return (
    <li>
      <span className={`code ${styles.path}`}>{path}</span>
      <span className="quiet numbers">{formatBytes(bytes, language)}</span>
      {shell !== null && (
        <Button variant="subtle" size="compact-xs" onClick={() => shell.reveal({ path }).catch(notifyFault)}>
          {text('exports.show')}
        </Button>
      )}
      {downloadUrl !== null && (
        <Anchor size="sm" href={downloadAddress(downloadUrl, [path], token)} download={name}>
          {text('exports.download', { file: name })}
        </Anchor>
      )}
    </li>
  );
}

/** Several files come as one archive. */
function downloadAddress(url: string, paths: readonly string[], token: string | null): string {
  const address = new URL(url, location.href);
  for (const path of paths) address.searchParams.append('path', path);
  if (token !== null) address.searchParams.set('token', token);
  return address.href;
}

interface CodeBlockProps {
  readonly language: string;
  readonly code: string;
}

function CodeBlock({ language, code }: CodeBlockProps) {
  const text = useText();
  const clipboard = useClipboard();
  return (
    <div className={styles.code}>
      <div className={styles.codeHeader}>
        <span>{language}</span>
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={text('exports.copyCode', { language })}
          onClick={() => clipboard.copy(code)}
        >
          {text(clipboard.copied ? 'exports.copied' : 'exports.copy')}
        </Button>
      </div>
      <ScrollRegion label={text('exports.codeOf', { language })}>
        <pre>{code}</pre>
      </ScrollRegion>
    </div>
  );
}
