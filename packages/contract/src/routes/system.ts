import { route } from '../route.ts'
import { readiness, systemInfo } from '../schemas/system.ts'

export const systemRoutes = {
  info: route({
    method: 'GET',
    path: '/info',
    summary: 'Version and time of the server.',
    access: 'public',
    response: systemInfo,
  }),
  readiness: route({
    method: 'GET',
    path: '/readiness',
    summary:
      'Whether every part of the server works; who administrates the installation hears details. Yes or no is at /readyz.',
    access: 'public',
    response: readiness,
  }),
}
