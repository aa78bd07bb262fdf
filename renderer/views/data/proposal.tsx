import { Button, MultiSelect, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { type Task, tasks } from '../../../engine/contract/experiment.ts';
import type { DatasetSummary } from '../../../engine/contract/rpc/datasets.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { notify } from '../../components/notify.tsx';
import type { Workbench } from '../../rpc/client.ts';
import { toFault } from '../../rpc/fault.ts';
import type { Async } from '../../state/async.ts';
import { writeJson } from '../../state/document.ts';
import { useExperiment, useFrame, useProject, useWorkbench } from '../../state/workbench.tsx';
import { optionLabel } from '../../strings/options.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './data.module.css';

type Proposed = Awaited<ReturnType<Workbench['experiments']['propose']>>;

interface ProposalProps {
  readonly project: string;
  readonly dataset: DatasetSummary;
}

/** A whole configuration proposed for a task and its targets, each choice with its reason. */
export function Proposal({ project, dataset }: ProposalProps) {
  const text = useText();
  const language = useLanguage();
  const { connection } = useWorkbench();
  const [task, setTask] = useState<Task | ''>('');
  const [targets, setTargets] = useState<string[]>([]);
  const [state, setState] = useState<Async<Proposed>>({ status: 'idle' });
  const setText = useExperiment((experiment) => experiment.setText);
  const reasons = useProject((open) => open.reasons);
  const setReasons = useProject((open) => open.setReasons);
  const go = useFrame((frame) => frame.go);

  const ask = () => {
    setState({ status: 'loading', previous: null });
    connection.workbench.experiments
      .propose({ project, dataset: dataset.id, task: task === '' ? null : task, targets })
      .then((value) => setState({ status: 'ready', value }))
      .catch((error: unknown) => setState({ status: 'failed', fault: toFault(error) }));
  };
  const accept = (proposed: Proposed) => {
    setText(writeJson(proposed.experiment), null);
    setReasons(proposed.reasons);
    setState({ status: 'idle' });
    notify(text('data.proposalAccepted'));
  };
  return (
    <div className={styles.pad}>
      <p className="quiet">{text('data.proposalHint')}</p>
      <div className={styles.ask}>
        <NativeSelect
          label={text('data.proposalTask')}
          value={task}
          onChange={(event) => setTask(event.currentTarget.value as Task | '')}
          data={[
            { value: '', label: text('data.proposalAuto') },
            ...tasks.map((value) => ({ value, label: optionLabel('task', value, language) })),
          ]}
        />
        <MultiSelect
          label={text('data.proposalTargets')}
          placeholder={targets.length === 0 ? text('data.proposalAuto') : ''}
          size="xs"
          value={targets}
          onChange={setTargets}
          data={dataset.columns.map(({ name }) => name)}
          className={styles.targets}
        />
        <Button variant="default" loading={state.status === 'loading'} onClick={ask}>
          {text('data.proposalAsk')}
        </Button>
      </div>
      {state.status === 'failed' && <FaultNotice fault={state.fault} onRetry={ask} />}
      {state.status === 'ready' && (
        <>
          <Reasons reasons={state.value.reasons} />
          <Button variant="filled" onClick={() => accept(state.value)}>
            {text('data.proposalAccept')}
          </Button>
        </>
      )}
      {state.status === 'idle' && reasons.length > 0 && (
        <>
          <p>{text('data.proposalCurrent')}</p>
          <Reasons reasons={reasons} />
          <Button variant="filled" onClick={() => go('model')}>
            {text('data.toModel')}
          </Button>
        </>
      )}
    </div>
  );
}

function Reasons({ reasons }: { readonly reasons: readonly Proposed['reasons'][number][] }) {
  const said = useSaid();
  return (
    <table className={styles.reasons}>
      <tbody>
        {reasons.map(({ subject, choice, reason }) => (
          <tr key={`${subject}/${choice}`}>
            <th scope="row">{said(subject)}</th>
            <td>{said(choice)}</td>
            <td className="quiet">{said(reason)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
