import { IconCheck, IconX } from '@tabler/icons-react';
import { useModelView } from './model-view.tsx';
import { useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './exports-line.module.css';

/** Which tools the present choices can be taken to without loss, and what rules out the others. */
export function ExportsLine() {
  const text = useText();
  const said = useSaid();
  const view = useModelView();
  if (view === null || view.exports.length === 0) return null;
  return (
    <div className={styles.line}>
      <span className="quiet">{text('model.exportsTo')}</span>
      <ul>
        {view.exports.map(({ format, title, exact, reason }) => {
          const name = said(title);
          const verdict = exact
            ? text('model.exportsExact', { format: name })
            : text('model.exportsNot', { format: name, reason: said(reason ?? '') });
          return (
            <li key={format} data-exact={exact} title={verdict}>
              {exact ? <IconCheck size={12} aria-hidden /> : <IconX size={12} aria-hidden />}
              <span aria-hidden>{name}</span>
              <span className="only-read">{verdict}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
