import type { ReactNode } from 'react';
import styles from './empty.module.css';

interface EmptyProps {
  /** What will be here. */
  readonly children: ReactNode;
  /** The buttons that bring it here. */
  readonly actions?: ReactNode;
}

/** A place that has nothing yet: says what will be here and offers the action. */
export function Empty({ children, actions }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <div className={styles.text}>{children}</div>
      <div className={styles.actions}>{actions}</div>
    </div>
  );
}
