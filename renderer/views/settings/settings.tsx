import { Empty } from '../../components/empty.tsx';
import { useText } from '../../strings/text.ts';

export function SettingsScreen() {
  const text = useText();
  return <Empty>{text('frame.settings')}</Empty>;
}
