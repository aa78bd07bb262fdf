import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DatasetSummary } from '../../../engine/contract/rpc/datasets.ts';
import {
  type SourceConfig,
  type SourceFormat,
  sourceEncodings,
  sourceSchema,
  sourceShapes,
  thousandsMarks,
} from '../../../engine/contract/source.ts';
import { useFrame } from '../../state/workbench.tsx';
import { explanationOf } from '../../strings/explanations/index.ts';
import { optionLabel } from '../../strings/options.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import styles from './data.module.css';

type Setting = Exclude<keyof SourceConfig, 'audio' | 'format'>;

const ofText: readonly Setting[] = ['encoding'];
const ofArrays: readonly Setting[] = ['path', 'labels'];

/** What can be chosen in a file of each format. */
const settings: Readonly<Record<SourceFormat, readonly Setting[]>> = {
  csv: ['encoding', 'delimiter', 'quote', 'comment', 'header', 'decimalComma', 'thousands', 'shape'],
  json: ['path', 'encoding', 'shape'],
  jsonl: ['encoding', 'shape'],
  parquet: ['shape'],
  arrow: ['shape'],
  excel: ['sheet', 'header', 'shape'],
  numpy: ofArrays,
  hdf5: ofArrays,
  conll: ofText,
  tmx: ofText,
  pairs: ofText,
  text: ofText,
  wav: [],
};

interface ReadingProps {
  readonly dataset: DatasetSummary;
  readonly busy: boolean;
  readonly onAgain: (source: SourceConfig) => void;
}

/** How the file of a data set was read, and what of it a person wants otherwise. */
export function Reading({ dataset, busy, onAgain }: ReadingProps) {
  const text = useText();
  const language = useLanguage();
  const [wish, setWish] = useState(dataset.reading);
  const changed = JSON.stringify(wish) !== JSON.stringify(dataset.reading);
  const shown: readonly Setting[] = [
    ...(dataset.choices.entries.length > 1 ? (['entry'] as const) : []),
    ...settings[dataset.format],
  ];
  return (
    <div className={styles.pad}>
      <p className="quiet">
        {text('data.readingFormat', { format: optionLabel('format', dataset.format, language) })}
        {'. '}
        {text('data.readingHint')}
      </p>
      <div className={styles.reading}>
        {shown.map((setting) => (
          <SettingField
            key={setting}
            setting={setting}
            dataset={dataset}
            value={wish[setting]}
            onChange={(value) => setWish({ ...wish, [setting]: value })}
          />
        ))}
      </div>
      <Button variant="filled" disabled={!changed || busy} loading={busy} onClick={() => onAgain(wish)}>
        {text('data.readingApply')}
      </Button>
    </div>
  );
}

interface SettingFieldProps {
  readonly setting: Setting;
  readonly dataset: DatasetSummary;
  readonly value: string | boolean | null;
  readonly onChange: (value: string | boolean | null) => void;
}

function SettingField({ setting, dataset, value, onChange }: SettingFieldProps) {
  const text = useText();
  const language = useLanguage();
  const explain = useFrame((state) => state.explain);
  const topic = `data.source.${setting}`;
  const label = explanationOf(topic)?.label[language] ?? setting;
  const onFocus = () => explain(topic);
  const nameOf = (option: string | boolean): string => {
    if (typeof option === 'boolean') return text(option ? 'common.yes' : 'common.no');
    if (option === '\t') return text('data.readingTab');
    if (option === ' ') return text('data.readingBlank');
    return option === '' ? text('data.readingNone') : optionLabel(setting, option, language);
  };
  const found = dataset.found[setting];
  const automatic =
    found === null ? text('data.readingAuto') : text('data.readingFound', { value: nameOf(found) });
  const options = optionsOf(setting, dataset);
  if (options === null) {
    return (
      <TextInput
        label={label}
        placeholder={automatic}
        maxLength={1}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        onFocus={onFocus}
      />
    );
  }
  return (
    <NativeSelect
      label={label}
      value={value === null ? automaticKey : JSON.stringify(value)}
      onChange={(event) =>
        onChange(event.currentTarget.value === automaticKey ? null : JSON.parse(event.currentTarget.value))
      }
      onFocus={onFocus}
      data={[
        { value: automaticKey, label: automatic },
        ...options.map((option) => ({ value: JSON.stringify(option), label: nameOf(option) })),
      ]}
    />
  );
}

const automaticKey = 'null';

/** A reading as a configuration says it: only what a person chose; undefined where that is nothing. */
export function writtenSource(reading: SourceConfig): Partial<SourceConfig> | undefined {
  const untouched: Readonly<Record<string, unknown>> = sourceSchema.parse({});
  const chosen = Object.entries(reading).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(untouched[key]),
  );
  return chosen.length === 0 ? undefined : Object.fromEntries(chosen);
}

/** What a setting may be; null where any character may. */
function optionsOf(setting: Setting, { choices }: DatasetSummary): readonly (string | boolean)[] | null {
  switch (setting) {
    case 'entry':
      return choices.entries;
    case 'sheet':
      return choices.sheets;
    case 'path':
      return choices.paths;
    case 'labels':
      return ['', ...choices.paths];
    case 'encoding':
      return sourceEncodings;
    case 'delimiter':
      return [',', ';', '\t', '|', ' '];
    case 'thousands':
      return thousandsMarks;
    case 'shape':
      return sourceShapes;
    case 'header':
    case 'decimalComma':
      return [true, false];
    case 'quote':
    case 'comment':
      return null;
  }
}
