import { Loader } from '@mantine/core';
import { useText } from '../strings/text.ts';

/** Something is being fetched. */
export function Loading() {
  const text = useText();
  return (
    <output className="quiet" style={{ display: 'flex', gap: 8, alignItems: 'center', padding: 16 }}>
      <Loader size={14} aria-hidden />
      {text('common.loading')}
    </output>
  );
}
