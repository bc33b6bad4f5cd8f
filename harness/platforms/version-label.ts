/** Label of an app that names the version of the service it runs. The edge records it with each request. */
export const serviceVersionLabel = 'STAGEGATE_VERSION';
