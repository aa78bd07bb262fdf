import { Empty } from '../../components/empty.tsx';
import { useText } from '../../strings/text.ts';

export function ExportScreen() {
  const text = useText();
  return <Empty>{text('frame.export')}</Empty>;
}
