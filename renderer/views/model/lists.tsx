import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { notifyUndo } from '../../components/notify.tsx';
import { isObject, type Path, valueAt } from '../../state/document.ts';
import { emptyValue, type SchemaNode, type Shape, shapeOf } from '../../state/schema.ts';
import { useExperiment } from '../../state/workbench.tsx';
import { weightKindLabels } from '../../strings/explanations/initializers.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { FieldView } from './field.tsx';
import styles from './form.module.css';

interface ListViewProps {
  readonly path: Path;
  readonly element: SchemaNode;
  readonly label: string;
  readonly longest: number | null;
}

/** A list of groups: the layers of the network, one below the other. */
export function ListView({ path, element, label, longest }: ListViewProps) {
  const text = useText();
  const experiment = useExperiment((state) => state.experiment);
  const set = useExperiment((state) => state.set);
  const undo = useExperiment((state) => state.undo);
  const value = valueAt(experiment, path);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const shape = shapeOf(element);
  const layered = path[0] === 'model';
  const remove = (index: number) => {
    set(
      path,
      items.filter((_, other) => other !== index),
    );
    notifyUndo(text('model.removed', { number: index + 1 }), text('common.undo'), undo);
  };
  // The first GRU layer must stay: without it there is no network.
  const fewest = path.at(-1) === 'layers' ? 1 : 0;
  return (
    <>
      {items.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its place.
        <fieldset className={styles.group} key={index}>
          <legend className={styles.groupHead}>
            {text(layered ? 'model.layer' : 'model.element', { number: index + 1 })}
            {items.length > fewest && (
              <ActionIcon
                size="sm"
                aria-label={text('model.removeLayer', { number: index + 1 })}
                onClick={() => remove(index)}
              >
                <IconTrash size={14} aria-hidden />
              </ActionIcon>
            )}
          </legend>
          <div className={styles.grid}>
            {shape.kind === 'group' &&
              shape.fields.map((field) => (
                <FieldView
                  key={field.key}
                  path={[...path, index, field.key]}
                  node={field.node}
                  optional={field.optional}
                />
              ))}
          </div>
        </fieldset>
      ))}
      {(longest === null || items.length < longest) && (
        <div className={styles.wide}>
          <Button
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            aria-label={layered ? `${label}: ${text('model.addLayer')}` : `${text('model.add')}: ${label}`}
            onClick={() => set(path, [...items, emptyValue(element)])}
          >
            {layered ? text('model.addLayer') : `${text('model.add')}: ${label}`}
          </Button>
        </div>
      )}
    </>
  );
}

interface RecordViewProps {
  readonly path: Path;
  readonly shape: Extract<Shape, { kind: 'record' }>;
  readonly label: string;
}

/** Settings for chosen kinds of weight. */
export function RecordView({ path, shape, label }: RecordViewProps) {
  const text = useText();
  const language = useLanguage();
  const value = useExperiment((state) => valueAt(state.experiment, path));
  const set = useExperiment((state) => state.set);
  const present = isObject(value) ? Object.keys(value) : [];
  const absent = shape.keys.filter((key) => !present.includes(key));
  const name = (key: string) => {
    const pair = Object.entries(weightKindLabels).find(([kind]) => kind === key)?.[1];
    return pair?.[language === 'zh' ? 1 : 0] ?? key;
  };
  const inside = shapeOf(shape.value);
  return (
    <fieldset className={styles.group}>
      <legend className={styles.groupHead}>{label}</legend>
      <div className={styles.grid}>
        {present.map((key) => (
          <div key={key} className={styles.wide}>
            <div className={styles.groupHead}>
              {name(key)}
              <ActionIcon
                size="sm"
                aria-label={text('model.removeKind', { kind: name(key) })}
                onClick={() => set([...path, key], undefined)}
              >
                <IconTrash size={14} aria-hidden />
              </ActionIcon>
            </div>
            <div className={styles.grid}>
              {inside.kind === 'group' ? (
                inside.fields.map((field) => (
                  <FieldView key={field.key} path={[...path, key, field.key]} node={field.node} />
                ))
              ) : (
                <FieldView path={[...path, key]} node={shape.value} />
              )}
            </div>
          </div>
        ))}
        <NativeSelect
          aria-label={`${label}: ${text('model.addKind')}`}
          value=""
          onChange={(event) => {
            const key = event.currentTarget.value;
            if (key !== '') set([...path, key], inside.kind === 'number' ? 1 : emptyValue(shape.value));
          }}
          data={[
            { value: '', label: text('model.addKind') },
            ...absent.map((key) => ({ value: key, label: name(key) })),
          ]}
        />
      </div>
    </fieldset>
  );
}
