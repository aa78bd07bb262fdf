import { Button } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import { Notice } from '../../components/notice.tsx';
import { parsePath } from '../../state/document.ts';
import { experimentNode, nodeAt, shapeOf } from '../../state/schema.ts';
import { useExperiment, useFrame } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { FieldView } from './field.tsx';
import styles from './form.module.css';
import { remainingPaths, type Section, sections } from './sections.ts';

interface FormProps {
  readonly onShowError: () => void;
}

/** The configuration as a form: made from the schema that checks it, laid out by hand. */
export function Form({ onShowError }: FormProps) {
  const text = useText();
  const valid = useExperiment((state) => state.valid);
  const undo = useExperiment((state) => state.undo);
  const root = useMemo(experimentNode, []);
  const all = useMemo(() => {
    const keys = (path: string) => {
      const node = nodeAt(root, parsePath(path), {});
      const shape = node === undefined ? null : shapeOf(node);
      return shape?.kind === 'group' ? shape.fields.map(({ key }) => key) : [];
    };
    const rest = remainingPaths({
      '': keys(''),
      data: keys('data'),
      model: keys('model'),
      training: keys('training'),
    });
    const more: Section = { title: 'model.other', paths: rest };
    return rest.length === 0 ? sections : [...sections, more];
  }, [root]);
  const fields = useRef<HTMLDivElement>(null);
  const wanted = useFrame((state) => state.wanted);
  const found = useFrame((state) => state.found);
  useEffect(() => {
    if (wanted === null) return;
    const setting = fields.current?.querySelector(`[data-setting="${CSS.escape(wanted)}"]`);
    const control = setting?.querySelector<HTMLElement>('input, select, textarea, button');
    // A palette that closes gives the focus back to what had it before.
    const timer = setTimeout(() => {
      control?.scrollIntoView({ block: 'center' });
      control?.focus();
      found();
    }, 150);
    return () => clearTimeout(timer);
  }, [wanted, found]);
  return (
    <div className={styles.form}>
      <nav className={styles.nav} aria-label={text('model.sections')}>
        {all.map(({ title }) => (
          <a
            key={title}
            href={`#${title}`}
            onClick={(event) => {
              event.preventDefault();
              document.getElementById(title)?.scrollIntoView();
            }}
          >
            {text(title)}
          </a>
        ))}
      </nav>
      <div className={styles.fields} ref={fields}>
        {!valid && (
          <Notice kind="warning">
            <p>{text('model.broken')}</p>
            <Button variant="default" onClick={onShowError}>
              {text('model.goToError')}
            </Button>{' '}
            <Button variant="default" onClick={undo}>
              {text('model.undoError')}
            </Button>
          </Notice>
        )}
        <fieldset className={styles.all} disabled={!valid}>
          {all.map((section) => (
            <section key={section.title} id={section.title} className={styles.section}>
              <h2>{text(section.title)}</h2>
              <div className={styles.grid}>
                {section.paths.map((path) => {
                  const place = parsePath(path);
                  const node = nodeAt(root, place, {});
                  return node === undefined ? null : (
                    <div key={path} className={styles.setting} data-setting={path}>
                      <FieldView path={place} node={node} />
                    </div>
                  );
                })}
              </div>
            </section>
          ))}
        </fieldset>
      </div>
    </div>
  );
}
