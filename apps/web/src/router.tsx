import type { Whoami } from '@backlot/contract/schemas/identity'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { isSignedOut, shownError } from './api/errors.ts'
import { jobQuery, jobsQuery, tokensQuery, whoamiQuery, workersQuery } from './api/queries.ts'
import { chooseTenant, currentTenant, forgetTenant } from './api/tenant.ts'
import { NotFound } from './layout/not-found.tsx'
import { PageError, StartError } from './layout/route-error.tsx'
import { PagePending, StartPending } from './layout/route-pending.tsx'
import { paths } from './paths.ts'
import {
  deviceSearch,
  jobSearch,
  jobsSearch,
  parseSearch,
  setupSearch,
  signInSearch,
  stringifySearch,
  workersSearch,
} from './search-params.ts'

interface RouterContext {
  queryClient: QueryClient
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, errorComponent: StartError })

/** A tenant that this browser remembers may be gone, or may be somebody else's: then the server chooses. */
async function findSession(queryClient: QueryClient): Promise<Whoami> {
  try {
    return await queryClient.ensureQueryData(whoamiQuery())
  } catch (error) {
    if (currentTenant() === undefined || shownError(error).code !== 'tenant.not_found') throw error
    forgetTenant()
    return await queryClient.ensureQueryData(whoamiQuery())
  }
}

/** Signed in or off to the sign-in page, which leads back here. */
async function requireSession({ context, location }: { context: RouterContext; location: { href: string } }) {
  try {
    const { tenant } = await findSession(context.queryClient)
    chooseTenant(tenant.tenantId)
  } catch (error) {
    if (isSignedOut(error)) throw redirect(paths.signIn(location.href === '/' ? undefined : location.href))
    throw error
  }
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('./pages/access/sign-in-page.tsx')),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: setupSearch,
  component: lazyRouteComponent(() => import('./pages/access/setup-page.tsx')),
})

const device = createRoute({
  getParentRoute: () => root,
  path: '/device',
  validateSearch: deviceSearch,
  beforeLoad: requireSession,
  errorComponent: StartError,
  pendingComponent: StartPending,
  component: lazyRouteComponent(() => import('./pages/access/device-page.tsx')),
})

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: requireSession,
  errorComponent: StartError,
  pendingComponent: StartPending,
  component: lazyRouteComponent(() => import('./layout/app-layout.tsx')),
})

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect(paths.jobs())
  },
})

// Loaders only start to load: the page shows skeletons meanwhile, and its own queries show errors.
const jobs = createRoute({
  getParentRoute: () => app,
  path: '/jobs',
  validateSearch: jobsSearch,
  loaderDeps: ({ search: { state, search, sort } }) => ({ state, search, sort }),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(jobsQuery(deps)),
  component: lazyRouteComponent(() => import('./pages/jobs/jobs-page.tsx')),
})

const job = createRoute({
  getParentRoute: () => app,
  path: '/jobs/$jobId',
  validateSearch: jobSearch,
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(jobQuery(params.jobId)),
  component: lazyRouteComponent(() => import('./pages/job/job-page.tsx')),
})

const submit = createRoute({
  getParentRoute: () => app,
  path: '/submit',
  component: lazyRouteComponent(() => import('./pages/submit/submit-page.tsx')),
})

const workers = createRoute({
  getParentRoute: () => app,
  path: '/workers',
  validateSearch: workersSearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(workersQuery()),
  component: lazyRouteComponent(() => import('./pages/workers/workers-page.tsx')),
})

const tokens = createRoute({
  getParentRoute: () => app,
  path: '/tokens',
  loader: ({ context }) => void context.queryClient.prefetchQuery(tokensQuery()),
  component: lazyRouteComponent(() => import('./pages/tokens/tokens-page.tsx')),
})

const routeTree = root.addChildren([signIn, setup, device, app.addChildren([home, jobs, job, submit, workers, tokens])])

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    // The query cache knows how old data is.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    notFoundMode: 'root',
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: PagePending,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
