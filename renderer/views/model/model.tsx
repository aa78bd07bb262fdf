import { Empty } from '../../components/empty.tsx';
import { useText } from '../../strings/text.ts';

export function ModelScreen() {
  const text = useText();
  return <Empty>{text('frame.model')}</Empty>;
}
