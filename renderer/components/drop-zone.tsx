import { type DragEvent, type ReactNode, useState } from 'react';
import styles from './drop-zone.module.css';

interface DropZoneProps {
  readonly label: string;
  /** Shown while a file hovers over it. */
  readonly over: string;
  readonly onFile: (file: File) => void;
  readonly children: ReactNode;
}

/** A place to drop a file on. */
export function DropZone({ label, over, onFile, children }: DropZoneProps) {
  const [hovering, setHovering] = useState(false);
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setHovering(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setHovering(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) onFile(file);
  };
  return (
    <section
      className={styles.zone}
      data-over={hovering}
      aria-label={label}
      onDragEnter={drag}
      onDragOver={drag}
      onDragLeave={() => setHovering(false)}
      onDrop={drop}
    >
      {hovering ? <strong className={styles.over}>{over}</strong> : children}
    </section>
  );
}
