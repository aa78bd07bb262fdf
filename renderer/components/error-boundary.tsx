import { Component, type ReactNode } from 'react';
import type { Fault } from '../../engine/contract/rpc/common.ts';
import { toFault } from '../rpc/fault.ts';
import { FaultNotice } from './fault-notice.tsx';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

/** Shows what went wrong inside, instead of taking the window down with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly fault: Fault | null }> {
  override state: { readonly fault: Fault | null } = { fault: null };

  static getDerivedStateFromError(error: unknown): { readonly fault: Fault } {
    return { fault: toFault(error) };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <div style={{ padding: 16 }}>
        <FaultNotice fault={fault} onRetry={() => this.setState({ fault: null })} />
      </div>
    );
  }
}
