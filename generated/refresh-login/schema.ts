// Generated from openapi/refresh-login.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/v1/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Answers a user and a password with an access token, a refresh token and their lifetimes.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh the tokens
         * @description Renews a login by its refresh token, without the password.
         *
         *     The documented reply holds no new token. That the tokens already held go on then, for the lifetimes that the login
         *     stated, counted from this reply, is inferred, and so is that an access token in a reply is to be used instead.
         *
         *     The page lists `Content-Type` as the only header; another public page sends the access token along, so that is
         *     optional here.
         */
        post: operations["refresh"];
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
             * @description Id of the user.
             * @example user-1
             */
            user: string;
            /**
             * Format: password
             * @description Password of the user.
             */
            password: string;
        };
        /** @description What a login is answered with. */
        LoginReply: components["schemas"]["LoginSuccess"] | components["schemas"]["LoginFailure"];
        /** @description A login that succeeded: the tokens and their lifetimes. Another public page with the same reply has all its members as mandatory; required here are those that a client cannot do without. */
        LoginSuccess: {
            /**
             * @description `0`: success.
             * @constant
             */
            code: 0;
            /** @description The tokens and their lifetimes. */
            result: {
                token_type?: components["schemas"]["TokenType"];
                access_token: components["schemas"]["AccessToken"];
                access_token_expires_in?: components["schemas"]["AccessTokenLifetime"];
                refresh_token?: components["schemas"]["RefreshToken"];
                refresh_token_expires_in?: components["schemas"]["RefreshTokenLifetime"];
            };
            /**
             * @description `pw/reset` in the page's example, which does not say what it means. That it is a page of the service to lead the user to, a password reset in the example, is inferred from the value.
             * @example pw/reset
             */
            redirect?: string;
        };
        /** @description A login that was refused. That another number than 0 means so is inferred. */
        LoginFailure: {
            /** @description Any number but 0. No code is documented. */
            code: number;
        };
        /** @description A refresh request. */
        RefreshRequest: {
            /** @description The refresh token of the login to renew. The page marks it as not required, and does not say what a request without it does. */
            refresh_token?: string;
        };
        /** @description What a refresh is answered with. */
        RefreshReply: components["schemas"]["RefreshSuccess"] | components["schemas"]["RefreshFailure"];
        /** @description A refresh that succeeded. */
        RefreshSuccess: {
            /** @description How the refresh went, and new tokens if there are any. */
            result: {
                /**
                 * @description `0`: success.
                 * @constant
                 */
                code: 0;
                /**
                 * @description The result in words, `Ok` in the page's example.
                 * @example Ok
                 */
                desc?: string;
                token_type?: components["schemas"]["TokenType"];
                access_token?: components["schemas"]["AccessToken"];
                access_token_expires_in?: components["schemas"]["AccessTokenLifetime"];
                refresh_token?: components["schemas"]["RefreshToken"];
                refresh_token_expires_in?: components["schemas"]["RefreshTokenLifetime"];
            };
        };
        /** @description A refresh that was refused. That another number than 0 means so is inferred. */
        RefreshFailure: {
            /** @description How the refresh went. */
            result: {
                /** @description Any number but 0. No code is documented. */
                code: number;
                /**
                 * @description A text about the error. What it holds is not said; that it names the error is inferred from the member's name.
                 * @example invalid_token
                 */
                error?: string;
                /**
                 * @description The result in words.
                 * @example The refresh token is no longer good.
                 */
                desc?: string;
            };
        };
        /**
         * @description How the access token is sent, `Bearer` in the page's example.
         * @example Bearer
         */
        TokenType: string;
        /** @description The token that every other call needs. */
        AccessToken: string;
        /**
         * @description Lifetime of the access token, `1800` in the page's example. That it is in seconds, from the reply, and at most a year, is inferred.
         * @example 1800
         */
        AccessTokenLifetime: number;
        /** @description The token that renews the login. */
        RefreshToken: string;
        /**
         * @description Lifetime of the refresh token, `14400` in the page's example. That it is in seconds, from the reply, and at most a year, is inferred.
         * @example 14400
         */
        RefreshTokenLifetime: number;
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
        /** @description Who logs in. Sent as `application/json`. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The login was answered; `code` says whether it succeeded. That a refused login answers HTTP 200 is inferred, as the page shows none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginReply"];
                };
            };
            /** @description Anything that the page does not describe. */
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
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The login to renew. Sent as `application/json`. That a body has to be sent is inferred. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The refresh was answered; `result.code` says whether it succeeded. That a refused refresh answers HTTP 200 is inferred, as the page shows none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshReply"];
                };
            };
            /** @description Anything that the page does not describe. */
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
