import type { QueryClient, QueryKey } from '@tanstack/react-query'

/**
 * Changes what is cached under a key, if anything is. An answer that is on its way may be older than the change, so it
 * is asked for again.
 */
export function patch<T>(queryClient: QueryClient, queryKey: QueryKey, change: (data: T) => T): void {
  const query = queryClient.getQueryCache().find<T>({ queryKey, exact: true })
  if (query?.state.data === undefined) return
  queryClient.setQueryData<T>(queryKey, (data) => (data === undefined ? undefined : change(data)))
  if (query.state.fetchStatus === 'fetching') void queryClient.invalidateQueries({ queryKey, exact: true })
}
