import { IconCheck, IconX } from '@tabler/icons-react';
import { useModelView } from './model-view.tsx';
import { useText } from '../../strings/text.ts';
import styles from './exports-line.module.css';

/** Which tools the present choices can be taken to without loss, and what rules out the others. */
export function ExportsLine() {
  const text = useText();
  const view = useModelView();
  if (view === null || view.exports.length === 0) return null;
  return (
    <div className={styles.line}>
      <span className="quiet">{text('model.exportsTo')}</span>
      <ul>
        {view.exports.map(({ format, title, exact, reason }) => {
          const said = exact
            ? text('model.exportsExact', { format: title })
            : text('model.exportsNot', { format: title, reason: reason ?? '' });
          return (
            <li key={format} data-exact={exact} title={said}>
              {exact ? <IconCheck size={12} aria-hidden /> : <IconX size={12} aria-hidden />}
              <span aria-hidden>{title}</span>
              <span className="only-read">{said}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
