import { SkeletonRows } from '../ui/skeleton.tsx'
import { Brand } from './brand.tsx'
import './route-pending.css'

/** Inside the app: a page's code is on its way. */
export function PagePending() {
  return <SkeletonRows label="Loading the page" rows={4} height="4.5rem" />
}

/** Before the app: the server is slow to say who is here. */
export function StartPending() {
  return (
    <main className="start-pending">
      <Brand />
      <output className="muted">Waiting for the server …</output>
    </main>
  )
}
