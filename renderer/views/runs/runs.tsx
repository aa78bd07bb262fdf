import { Empty } from '../../components/empty.tsx';
import { useText } from '../../strings/text.ts';

export function RunsScreen() {
  const text = useText();
  return <Empty>{text('frame.runs')}</Empty>;
}
