import { SkeletonRows } from '../ui/skeleton.tsx'

/** While a page's code is on its way. */
export function RoutePending() {
  return <SkeletonRows label="Loading the page" rows={4} height="4.5rem" />
}
