// Generated from openapi/onebox.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/api/authenticate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a token for one site
         * @description Creates a token for one site from an e-mail address and a password. The token will expire within a certain period, which the page does not give; its example is a JWT whose `exp − iat` is 900 seconds.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A login request. */
        LoginRequest: {
            /**
             * @description E-mail address of the user.
             * @example userdemo@gmail.com
             */
            email: string;
            /**
             * Format: password
             * @description Password of the user.
             */
            password: string;
            /**
             * @description Id of the site that the token is for.
             * @example 123
             */
            siteId: number | string;
        };
        /** @description A login that succeeded: the token. */
        LoginSuccess: {
            /**
             * @description `200` in the page's example; that it is the HTTP status once more is inferred.
             * @constant
             */
            response_code?: "200";
            /**
             * @description The result in a word, `Success` in the page's example.
             * @example Success
             */
            response_status?: string;
            /** @description The token, a JWT in the page's example: `iss`, `sub`, `exp`, `nbf`, `iat`, `jti`, and `sid`, the site, as a string. That it expires `exp − iat` seconds after the reply is inferred from them. */
            token: string;
        };
        /** @description A login that was refused: the message says why. */
        LoginFailure: {
            /** @description About the reply. */
            _meta?: {
                /**
                 * @description The result in a word, `ERROR` in the page's example.
                 * @example ERROR
                 */
                status?: string;
                /**
                 * @description Number of records, `1` in the page's example.
                 * @example 1
                 */
                count?: number;
            };
            /** @description What went wrong. */
            records: {
                /**
                 * @description `"401"`, a string, on the login page, and a number on the vendor's pages of other calls; that it is the HTTP status once more is inferred.
                 * @example 401
                 */
                errorCode?: string | number;
                /**
                 * @description The error in words, the only member that tells a wrong password from a used-up quota, as the vendor's pages of other calls show one.
                 * @example you are not authorized to log into this site 1691
                 */
                userMessage: string;
                /**
                 * @description A text for developers, empty in the page's example.
                 * @example
                 */
                devMessage?: string | null;
                /**
                 * @description Further information, empty in the page's example.
                 * @example
                 */
                more?: string | null;
                /**
                 * @description A code of the application, empty in the page's example.
                 * @example
                 */
                applicationCode?: string | null;
            };
        };
        /** @description Any JSON value. */
        UndescribedReply: unknown;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Who logs in, and to which site. That it is sent as JSON is inferred from the vendor's other calls. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The token was created. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginSuccess"];
                };
            };
            /** @description The e-mail address or password is invalid. The page heads this reply "invalid email or password", yet its text is "you are not authorized to log into this site 1691": that a right password for another site may answer the same is inferred, and so is that a used-up quota or an expired token does. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginFailure"];
                };
            };
            /** @description Anything that the login page does not describe. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndescribedReply"];
                };
            };
        };
    };
}
