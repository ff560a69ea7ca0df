import { ErrorPanel } from './error-panel.tsx'
import { SkeletonRows } from './skeleton.tsx'

interface NotLoadedProps {
  query: { isError: boolean; isFetching: boolean; error: unknown; refetch: () => unknown }
  /** What screen readers hear while it loads. */
  label: string
  /** As much grey as the content will be high. */
  rows: number
  height: string
}

/** In place of what a query has not brought: grey rows while it loads, what went wrong when it failed. */
export function NotLoaded({ query, label, rows, height }: NotLoadedProps) {
  if (!query.isError) return <SkeletonRows label={label} rows={rows} height={height} />
  return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} busy={query.isFetching} />
}
