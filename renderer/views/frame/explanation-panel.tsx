import { CloseButton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { parsePath, pathText, valueAt } from '../../state/document.ts';
import { nodeAt, type SchemaNode, shapeOf } from '../../state/schema.ts';
import { useExperiment, useFrame } from '../../state/workbench.tsx';
import { explanationOf } from '../../strings/explanations/index.ts';
import { optionLabel } from '../../strings/options.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useSchema } from './use-schema.ts';
import styles from './frame.module.css';

const Formula = lazy(async () => ({ default: (await import('../../components/formula.tsx')).Formula }));

/** What the thing that has the focus does. */
export function ExplanationPanel() {
  const text = useText();
  const topic = useFrame((state) => state.topic);
  const setPanelOpen = useFrame((state) => state.setPanelOpen);
  return (
    <aside className={styles.panel} aria-label={text('frame.panel')}>
      <div className={styles.panelHead}>
        <span>{text('frame.panel')}</span>
        <CloseButton size="sm" aria-label={text('frame.panelHide')} onClick={() => setPanelOpen(false)} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard. */}
      <section className={styles.panelBody} tabIndex={0} aria-label={text('frame.panel')}>
        {topic === null ? (
          <p className="quiet">{text('frame.panelEmpty')}</p>
        ) : (
          <ErrorBoundary key={topic}>
            <Topic topic={topic} />
          </ErrorBoundary>
        )}
      </section>
    </aside>
  );
}

function Topic({ topic }: { readonly topic: string }) {
  const text = useText();
  const language = useLanguage();
  const root = useSchema();
  const experiment = useExperiment((state) => state.experiment);
  const path = parsePath(topic);
  const node = nodeAt(root, path, experiment);
  // A place that has no words of its own is explained by what holds it.
  const explanation = explanationOf(topic) ?? explanationOf(pathText(path.slice(0, -1)));
  const variant = chosenVariant(valueAt(experiment, path));
  const chosen = variant === null ? null : explanationOf(`${topic}:${variant}`);
  const key = String(path.at(-1));
  return (
    <article className={styles.topic}>
      <h2>{explanation?.label[language] ?? key}</h2>
      <p>{explanation?.does[language] ?? node?.description ?? ''}</p>
      {explanation?.formula != null && <LazyFormula tex={explanation.formula} />}
      {explanation?.when != null && (
        <>
          <h3>{text('model.whenToChange')}</h3>
          <p>{explanation.when[language]}</p>
        </>
      )}
      {chosen !== null && (
        <section className={styles.choice}>
          <h3>{chosen.label[language]}</h3>
          <p>{chosen.does[language]}</p>
          {chosen.formula !== null && <LazyFormula tex={chosen.formula} />}
          {chosen.source !== null && <p className="quiet">{chosen.source}</p>}
        </section>
      )}
      <dl className={styles.facts}>
        {node?.default !== undefined && (
          <>
            <dt>{text('model.default')}</dt>
            <dd>
              {shownDefault(node, key, language, topic)}
              {explanation?.whose != null && ` (${text('model.defaultOf', { whose: explanation.whose })})`}
            </dd>
          </>
        )}
        {explanation?.source != null && (
          <>
            <dt>{text('model.sourceOf')}</dt>
            <dd>{explanation.source}</dd>
          </>
        )}
        <dt>{text('model.key')}</dt>
        <dd className="code">{topic}</dd>
      </dl>
      {node !== undefined && <Choices node={node} topic={topic} />}
    </article>
  );
}

function LazyFormula({ tex }: { readonly tex: string }) {
  return (
    <Suspense fallback={null}>
      <Formula tex={tex} />
    </Suspense>
  );
}

/** Every choice of a union with its sentence. */
function Choices({ node, topic }: { readonly node: SchemaNode; readonly topic: string }) {
  const text = useText();
  const language = useLanguage();
  const shape = shapeOf(node);
  if (shape.kind !== 'variants') return null;
  return (
    <>
      <h3>{text('model.choices')}</h3>
      <dl className={styles.choices}>
        {shape.variants.map(({ kind }) => {
          const explanation = explanationOf(`${topic}:${kind}`);
          return (
            <div key={kind}>
              <dt>{explanation?.label[language] ?? kind}</dt>
              <dd>{explanation?.does[language]}</dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

function chosenVariant(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
  return String(value.kind);
}

function shownDefault(node: SchemaNode, key: string, language: 'en' | 'zh', topic: string): string {
  const value = node.default;
  const kind = chosenVariant(value);
  if (kind !== null) return explanationOf(`${topic}:${kind}`)?.label[language] ?? kind;
  return typeof value === 'string' ? optionLabel(key, value, language) : JSON.stringify(value);
}
