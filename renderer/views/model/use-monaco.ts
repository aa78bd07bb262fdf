import { useAsync } from '../../state/async.ts';
import { useWorkbench } from '../../state/workbench.tsx';

/** The editor's code and the schema, fetched when the first text is shown. */
export function useMonaco() {
  const { connection } = useWorkbench();
  return useAsync('monaco', async () => {
    const [{ prepareMonaco, setSchema, themeName }, schema] = await Promise.all([
      import('./monaco.ts'),
      connection.workbench.experiments.schema(),
    ]);
    const monaco = prepareMonaco();
    setSchema(schema);
    return { monaco, themeName };
  });
}
