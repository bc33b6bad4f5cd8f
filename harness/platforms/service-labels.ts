/** Label of an app that names the version of the service it runs. The edge records it with each request. */
export const serviceVersionLabel = 'STAGEGATE_VERSION';

/** Label of an app that lists the apps it calls, by id, with commas. The edge refuses its containers any other. */
export const serviceCallsLabel = 'STAGEGATE_CALLS';
