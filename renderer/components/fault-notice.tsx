import { Button, Group } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Fault } from '../../engine/contract/rpc/common.ts';
import { useText } from '../strings/text.ts';
import { useSaid } from '../strings/use-said.ts';
import styles from './notice.module.css';

interface FaultNoticeProps {
  readonly fault: Fault;
  /** Tries again; left out where that cannot help. */
  readonly onRetry?: () => void;
  /** Buttons that do what the hint says. */
  readonly actions?: ReactNode;
}

/** What happened, where, what to do, a button that does it, and details that can be copied. */
export function FaultNotice({ fault, onRetry, actions }: FaultNoticeProps) {
  const text = useText();
  const said = useSaid();
  const clipboard = useClipboard();
  const details = JSON.stringify(fault, null, 2);
  return (
    <div className={styles.problem} role="alert">
      <IconAlertTriangle size={18} className={styles.icon} aria-hidden />
      <div className={styles.body}>
        <strong>{said(fault.message)}</strong>
        {fault.where !== null && <div className="quiet">{said(fault.where)}</div>}
        {fault.hint !== null && <div>{said(fault.hint)}</div>}
        {fault.code === 'internal' && <div>{text('common.faultUnexpected')}</div>}
        <Group gap="sm" mt={8}>
          {actions}
          {onRetry !== undefined && (
            <Button variant="default" onClick={onRetry}>
              {text('common.tryAgain')}
            </Button>
          )}
        </Group>
        <details className={styles.details}>
          <summary>{text('common.details')}</summary>
          <pre className="code">{details}</pre>
          <Button variant="subtle" size="compact-xs" onClick={() => clipboard.copy(details)}>
            {clipboard.copied ? text('common.copied') : text('common.copyDetails')}
          </Button>
        </details>
      </div>
    </div>
  );
}
