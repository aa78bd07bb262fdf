import { Empty } from '../../components/empty.tsx';
import { useText } from '../../strings/text.ts';

export function UnderstandScreen() {
  const text = useText();
  return <Empty>{text('frame.understand')}</Empty>;
}
