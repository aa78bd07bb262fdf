import { type DragEvent, useState } from 'react';

/** Listeners of an element that files are dropped on, and whether one hovers over it. */
export function useFileDrop(onFile: (file: File) => void) {
  const [hovering, setHovering] = useState(false);
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setHovering(true);
  };
  return {
    hovering,
    listeners: {
      onDragEnter: drag,
      onDragOver: drag,
      onDragLeave: (event: DragEvent) => {
        // Passing from the element to one inside it is no leaving.
        const { relatedTarget } = event;
        if (!(relatedTarget instanceof Node && event.currentTarget.contains(relatedTarget)))
          setHovering(false);
      },
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        setHovering(false);
        const [file] = event.dataTransfer.files;
        if (file !== undefined) onFile(file);
      },
    },
  };
}
