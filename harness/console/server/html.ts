/** The page: everything in it is drawn by its script. */
export const indexHtml = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>stagegate console</title>
  <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/app.css">
  <script type="module" src="/assets/app.js"></script>
</head>
<body><div id="app"><noscript>The console needs JavaScript.</noscript></div></body>
</html>
`;

/** For a browser that has no session. */
export const signedOutHtml = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Sign in · stagegate console</title>
  <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/app.css">
</head>
<body class="signed-out">
  <main>
    <h1>This browser is not signed in</h1>
    <p>Run <code>stagegate console</code> in the project's folder and open the link it prints. Each link works once.</p>
  </main>
</body>
</html>
`;

/** Navigates from this site itself: a Strict cookie is not sent along a redirect that began elsewhere. */
export const signedInHtml = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Signing in</title></head>
<body><p><a href="/">Continue to the console</a></p></body>
</html>
`;

export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3554d1"/><path d="M8 23V9M24 23V9M8 13h16M8 19h16" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;
