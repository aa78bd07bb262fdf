import { CloseButton } from '@mantine/core';
import { useFrame } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import styles from './frame.module.css';

/** What the thing that has the focus does. */
export function ExplanationPanel() {
  const text = useText();
  const setPanelOpen = useFrame((state) => state.setPanelOpen);
  return (
    <aside className={styles.panel} aria-label={text('frame.panel')}>
      <div className={styles.panelHead}>
        <span>{text('frame.panel')}</span>
        <CloseButton size="sm" aria-label={text('frame.panelHide')} onClick={() => setPanelOpen(false)} />
      </div>
      <div className={styles.panelBody}>
        <p className="quiet">{text('frame.panelEmpty')}</p>
      </div>
    </aside>
  );
}
