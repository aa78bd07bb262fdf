import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './notice.module.css';

interface NoticeProps {
  readonly kind: 'info' | 'warning';
  readonly children: ReactNode;
}

/** A sentence a person should see where it matters; icon and color say how much. */
export function Notice({ kind, children }: NoticeProps) {
  const Icon = kind === 'warning' ? IconAlertTriangle : IconInfoCircle;
  return (
    <div className={styles[kind]} role="note">
      <Icon size={18} className={styles.icon} aria-hidden />
      <div className={styles.body}>{children}</div>
    </div>
  );
}
