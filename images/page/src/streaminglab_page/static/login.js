// Who comes from another site's link is not seen as logged in (the cookie is SameSite=Strict); a
// question from this page is.
const answer = await fetch("/session");
if ((await answer.json()).inside) location.replace("/");
