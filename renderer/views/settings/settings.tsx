import { Button, NativeSelect, SegmentedControl, Switch } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useId } from 'react';
import { backendNames } from '../../../engine/contract/backend-name.ts';
import type { Settings } from '../../../engine/contract/rpc/system.ts';
import { Loading } from '../../components/loading.tsx';
import { notifyFault } from '../../components/notify.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useSettings } from '../../state/workbench.tsx';
import { optionLabel } from '../../strings/options.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './settings.module.css';

/** What a person prefers, and what this machine can do. */
export function SettingsScreen() {
  const text = useText();
  const language = useLanguage();
  const settings = useSettings((state) => state.settings);
  const change = useSettings((state) => state.change);
  const gpuOffered = useSettings((state) => state.gpuOffered);
  const offerGpu = useSettings((state) => state.offerGpu);
  const set = (part: Partial<Settings>) => void change(part).catch(notifyFault);
  const languageLabel = useId();
  const themeLabel = useId();
  return (
    <div className={styles.settings}>
      <h1>{text('settings.title')}</h1>
      <section>
        <h2>{text('settings.appearance')}</h2>
        <div className={styles.row}>
          <span id={languageLabel}>{text('settings.language')}</span>
          <SegmentedControl
            aria-labelledby={languageLabel}
            value={settings.language}
            onChange={(value) => set({ language: value as Settings['language'] })}
            data={[
              { value: 'system', label: text('settings.languageSystem') },
              { value: 'en', label: text('frame.paletteEnglish') },
              { value: 'zh', label: text('frame.paletteChinese') },
            ]}
          />
        </div>
        <div className={styles.row}>
          <span id={themeLabel}>{text('settings.theme')}</span>
          <SegmentedControl
            aria-labelledby={themeLabel}
            value={settings.theme}
            onChange={(value) => set({ theme: value as Settings['theme'] })}
            data={[
              { value: 'system', label: text('settings.themeSystem') },
              { value: 'light', label: text('settings.themeLight') },
              { value: 'dark', label: text('settings.themeDark') },
            ]}
          />
        </div>
        <Switch
          label={text('settings.notifications')}
          checked={settings.notifications}
          onChange={(event) => set({ notifications: event.currentTarget.checked })}
        />
      </section>
      <section>
        <h2>{text('settings.computing')}</h2>
        <div className={styles.fields}>
          <NativeSelect
            label={text('settings.backend')}
            description={text('settings.backendHint')}
            value={settings.backend}
            onChange={(event) => set({ backend: event.currentTarget.value as Settings['backend'] })}
            data={['auto', ...backendNames].map((name) => ({
              value: name,
              label: optionLabel('name', name, language),
            }))}
          />
          <NumberField
            label={text('settings.threads')}
            description={text('settings.threadsHint')}
            integer
            nullable
            bounds={{ minimum: 1, maximum: 256, openMinimum: false, openMaximum: false }}
            value={settings.threads}
            onChange={(threads) => set({ threads })}
          />
        </div>
        {gpuOffered !== null && (
          <Switch
            label={text('settings.gpuOffer')}
            description={text('settings.gpuOfferHint')}
            checked={gpuOffered}
            onChange={(event) => void offerGpu(event.currentTarget.checked).catch(notifyFault)}
          />
        )}
      </section>
      <Devices />
    </div>
  );
}

function Devices() {
  const text = useText();
  const said = useSaid();
  const devices = useSettings((state) => state.devices);
  const info = useSettings((state) => state.info);
  const clipboard = useClipboard();
  const report = JSON.stringify({ info, devices }, null, 2);
  const hosts = {
    desktop: text('settings.hostDesktop'),
    web: text('settings.hostWeb'),
    process: text('settings.hostProcess'),
  };
  return (
    <section>
      <h2>{text('settings.devices')}</h2>
      <p className="quiet">{text('settings.devicesHint')}</p>
      {devices === null && <Loading />}
      <ul className={styles.devices}>
        {devices?.map((device) => (
          <li key={device.name} data-usable={device.usable}>
            {device.usable ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
            <div>
              <strong>{device.name}</strong>{' '}
              <span className="quiet">{text(device.usable ? 'settings.usable' : 'settings.unusable')}</span>
              <div>{said(device.reason ?? device.description)}</div>
              <dl className={styles.details}>
                {device.details.map((detail) => (
                  <div key={detail.name}>
                    <dt>{said(detail.name)}</dt>
                    <dd>{said(detail.value)}</dd>
                  </div>
                ))}
              </dl>
            </div>
          </li>
        ))}
      </ul>
      {info !== null && (
        <dl className={styles.details}>
          <div>
            <dt>{text('settings.version')}</dt>
            <dd>{info.version}</dd>
          </div>
          <div>
            <dt>{text('settings.platform')}</dt>
            <dd>{info.platform}</dd>
          </div>
          <div>
            <dt>{text('settings.host')}</dt>
            <dd>{hosts[info.host]}</dd>
          </div>
        </dl>
      )}
      <Button variant="default" onClick={() => clipboard.copy(report)}>
        {text(clipboard.copied ? 'common.copied' : 'settings.copyReport')}
      </Button>
    </section>
  );
}
