import { Link } from '@tanstack/react-router'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

export function NotFound() {
  return (
    <EmptyState icon="search" title="There is no such page">
      <p>The address may be mistyped, or what was here is gone.</p>
      <Link {...paths.jobs()} className={buttonClass({ tone: 'primary' })}>
        Go to the jobs
      </Link>
    </EmptyState>
  )
}
