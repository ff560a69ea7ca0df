import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { paths } from './paths.ts'
import { createAppRouter } from './router.tsx'

const jobId = '018f3c5e-7d1a-7c3e-9a51-2f6b0c9d8e7f'

test('every place has the address that links, bookmarks and the command line rely on', () => {
  const router = createAppRouter(new QueryClient())
  const places = {
    signIn: paths.signIn(),
    signInAndReturn: paths.signIn('/jobs?state=running'),
    setup: paths.setup('abc'),
    device: paths.device('BCDF-GHJK'),
    jobs: paths.jobs(),
    runningJobs: paths.jobs({ state: 'running' }),
    foundJobs: paths.jobs({ search: 'crowd 2', sort: '-frames' }),
    job: paths.job(jobId),
    jobLog: paths.job(jobId, 'log'),
    frame: paths.frame(jobId, -12),
    submit: paths.submit(),
    workers: paths.workers(),
    workersByName: paths.workers('-name'),
    tokens: paths.tokens(),
  }
  const addresses = Object.entries(places).map(([name, place]) => [name, router.buildLocation(place as object).href])
  expect(Object.fromEntries(addresses)).toMatchInlineSnapshot(`
    {
      "device": "/device?code=BCDF-GHJK",
      "foundJobs": "/jobs?search=crowd+2&sort=-frames",
      "frame": "/jobs/018f3c5e-7d1a-7c3e-9a51-2f6b0c9d8e7f?frame=-12",
      "job": "/jobs/018f3c5e-7d1a-7c3e-9a51-2f6b0c9d8e7f",
      "jobLog": "/jobs/018f3c5e-7d1a-7c3e-9a51-2f6b0c9d8e7f?tab=log",
      "jobs": "/jobs",
      "runningJobs": "/jobs?state=running",
      "setup": "/setup?token=abc",
      "signIn": "/sign-in",
      "signInAndReturn": "/sign-in?next=%2Fjobs%3Fstate%3Drunning",
      "submit": "/submit",
      "tokens": "/tokens",
      "workers": "/workers",
      "workersByName": "/workers?sort=-name",
    }
  `)
})
