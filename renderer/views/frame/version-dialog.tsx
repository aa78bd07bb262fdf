import { Button, Group, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { notify, notifyFault } from '../../components/notify.tsx';
import { useExperiment, useFrame, useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';

/** Asks for the name under which the configuration as it stands is kept; Model shows and brings back what was. */
export function VersionDialog() {
  const text = useText();
  const { connection } = useWorkbench();
  const naming = useFrame((state) => state.naming);
  const setNaming = useFrame((state) => state.setNaming);
  const flush = useExperiment((state) => state.flush);
  const project = useProject((state) => state.project?.project ?? null);
  const [name, setName] = useState('');
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (project === null || name.trim() === '') return;
    await flush();
    await connection.workbench.experiments.saveVersion({ project, name: name.trim() });
    setNaming(false);
    setName('');
    notify(text('frame.versionSaved', { name: name.trim() }));
  };
  return (
    <Modal
      opened={naming && project !== null}
      onClose={() => setNaming(false)}
      title={text('frame.versionTitle')}
      closeButtonProps={{ 'aria-label': text('common.close') }}
    >
      <form onSubmit={(event) => void save(event).catch(notifyFault)}>
        <TextInput
          data-autofocus
          label={text('frame.versionName')}
          description={text('frame.versionHint')}
          value={name}
          maxLength={100}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button type="submit" disabled={name.trim() === ''}>
            {text('frame.save')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
