import type { PageView } from '../page/page-view.ts';

/** What this pod can tell a page: now, and of what was. */
export type PageState = Pick<PageView, 'message' | 'handovers'>;
