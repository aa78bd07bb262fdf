import type { ReactNode } from 'react';
import styles from './drop-zone.module.css';
import { useFileDrop } from './use-file-drop.ts';

interface DropZoneProps {
  readonly label: string;
  /** Shown while a file hovers over it. */
  readonly over: string;
  readonly onFile: (file: File) => void;
  readonly children: ReactNode;
}

/** A place to drop a file on. */
export function DropZone({ label, over, onFile, children }: DropZoneProps) {
  const { hovering, listeners } = useFileDrop(onFile);
  return (
    <section className={styles.zone} data-over={hovering} aria-label={label} {...listeners}>
      {hovering ? <strong className={styles.over}>{over}</strong> : children}
    </section>
  );
}

interface DropScreenProps extends DropZoneProps {
  readonly className?: string | undefined;
}

/** A whole screen that takes files: what it shows stays, under a frame that says what dropping does. */
export function DropScreen({ label, over, onFile, className, children }: DropScreenProps) {
  const { hovering, listeners } = useFileDrop(onFile);
  return (
    <section className={`${styles.screen} ${className ?? ''}`} aria-label={label} {...listeners}>
      {children}
      {hovering && <strong className={styles.cover}>{over}</strong>}
    </section>
  );
}
