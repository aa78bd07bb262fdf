import { useSyncExternalStore } from 'react';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import styles from './frame.module.css';

/** What concerns every screen: a lost connection, or a project that cannot be followed. */
export function Banner() {
  const text = useText();
  const { connection } = useWorkbench();
  const fault = useProject((state) => state.fault);
  const wire = useSyncExternalStore(
    (listener) => connection.wire.listen(listener),
    () => connection.wire.state,
  );
  if (wire === 'lost') {
    return (
      <div className={styles.banner} role="alert">
        {text(connection.shell === null ? 'frame.connectionLost' : 'frame.engineLost')}
      </div>
    );
  }
  return fault === null ? null : <FaultNotice fault={fault} />;
}
