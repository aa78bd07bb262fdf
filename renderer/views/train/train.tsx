import { Empty } from '../../components/empty.tsx';
import { useText } from '../../strings/text.ts';

export function TrainScreen() {
  const text = useText();
  return <Empty>{text('frame.train')}</Empty>;
}
