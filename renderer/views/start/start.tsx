import { Empty } from '../../components/empty.tsx';
import { useText } from '../../strings/text.ts';

export function StartScreen() {
  const text = useText();
  return <Empty>{text('frame.home')}</Empty>;
}
