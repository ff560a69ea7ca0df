import { Link } from '@tanstack/react-router'
import { AccessFrame } from '../pages/access/access-frame.tsx'
import { paths } from '../paths.ts'
import { buttonClass } from '../ui/button.tsx'

export function NotFound() {
  return (
    <AccessFrame title="There is no such page" intro="The address may be mistyped, or what was here is gone.">
      <Link {...paths.jobs()} className={buttonClass({ tone: 'primary' })}>
        Go to the jobs
      </Link>
    </AccessFrame>
  )
}
