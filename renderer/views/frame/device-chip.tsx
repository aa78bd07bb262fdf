import { Button, Popover } from '@mantine/core';
import { IconCheck, IconCpu, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useExperiment, useFrame, useSettings } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './device-chip.module.css';

/** What computes, and on a click why that and not another. */
export function DeviceChip() {
  const text = useText();
  const said = useSaid();
  const [opened, setOpened] = useState(false);
  const devices = useSettings((state) => state.devices);
  const preferred = useSettings((state) => state.settings.backend);
  const configured = useExperiment((state) => state.experiment?.backend.name ?? 'auto');
  const go = useFrame((state) => state.go);
  const wanted = configured === 'auto' ? preferred : configured;
  const chosen =
    devices?.find((device) => (wanted === 'auto' ? device.usable : device.name === wanted)) ?? null;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={420} withinPortal trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          className={styles.chip}
          leftSection={<IconCpu size={14} aria-hidden />}
          onClick={() => setOpened(!opened)}
          title={text('frame.deviceReasons')}
        >
          {chosen === null ? text('frame.deviceUnknown') : said(chosen.description)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text('frame.deviceReasons')}>
        <p className={styles.lead}>{text(wanted === 'auto' ? 'frame.deviceAuto' : 'frame.deviceChosen')}</p>
        <ul className={styles.list}>
          {devices?.map((device) => (
            <li key={device.name} data-usable={device.usable}>
              {device.usable ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
              <div>
                <strong>{device.name}</strong>{' '}
                <span className="quiet">
                  {text(device.usable ? 'frame.deviceUsable' : 'frame.deviceUnusable')}
                </span>
                <div className="quiet">{said(device.reason ?? device.description)}</div>
              </div>
            </li>
          ))}
        </ul>
        <Button
          variant="default"
          onClick={() => {
            setOpened(false);
            go('settings');
          }}
        >
          {text('frame.deviceSettings')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
