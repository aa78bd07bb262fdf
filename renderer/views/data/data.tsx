import { Empty } from '../../components/empty.tsx';
import { useText } from '../../strings/text.ts';

export function DataScreen() {
  const text = useText();
  return <Empty>{text('frame.data')}</Empty>;
}
