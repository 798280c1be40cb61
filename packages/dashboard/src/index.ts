/** Where the static files of the dashboard are, with a slash at the end: `index.html`, `main.js`, `style.css`. */
export const DASHBOARD_FOLDER = new URL('./app/', import.meta.url)
