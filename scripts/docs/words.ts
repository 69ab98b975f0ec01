import { UserError } from "../command.ts";

/** What the reference pages say beside a document's own prose, in one language. */
export interface Words {
  /** The link to the first page. */
  back: string;
  /** Names the links above the reference for who cannot see them. */
  navigation: string;
  inferred: string;
  siblingPage: string;
  /** With the day for `{date}`. */
  observed: string;
  usingTheToken: string;
  /** Redoc's own labels by their English text; what is not here stays English. */
  labels: Record<string, string>;
}

const languages: Record<string, Words> = {
  en: {
    back: "All APIs",
    navigation: "Documentation",
    inferred: "Inferred.",
    siblingPage: "From a sibling page.",
    observed: "Observed on {date}.",
    usingTheToken: "Using the token",
    labels: {},
  },
  ja: {
    back: "すべての API",
    navigation: "ドキュメント",
    inferred: "推定。",
    siblingPage: "関連ページによる。",
    observed: "{date} に実際のサービスで確認。",
    usingTheToken: "トークンの使い方",
    labels: {
      "Loading...": "読み込み中…",
      "Hide sidebar": "サイドバーを隠す",
      "Show sidebar": "サイドバーを表示",
      "Switch to single column": "1 列に切り替える",
      "Switch to two columns": "2 列に切り替える",
      "Single column": "1 列",
      "Two columns": "2 列",
      License: "ライセンス",
      Overview: "概要",
      Servers: "サーバー",
      "Copied!": "コピーしました",
      Copy: "コピー",
      "Copy for LLM": "LLM 用にコピー",
      "Copy page as YAML for LLMs": "このページを YAML で LLM 用にコピー",
      "Copy to clipboard": "クリップボードにコピー",
      Request: "リクエスト",
      Path: "パス",
      required: "必須",
      Examples: "例",
      "Request Body": "リクエストボディ",
      Body: "ボディ",
      Headers: "ヘッダー",
      Show: "表示",
      Hide: "非表示",
      property: "プロパティ",
      properties: "プロパティ",
      variable: "変数",
      variables: "変数",
      Responses: "レスポンス",
      Response: "レスポンス",
      "Response media type": "レスポンスのメディアタイプ",
      "No response sample": "レスポンスの例はありません",
      "Expand all": "すべて開く",
      "Collapse all": "すべて閉じる",
      Value: "値",
      Default: "既定値",
      "Search ": "検索 ",
      Security: "認証",
      "View security details": "認証の詳細",
      "Link to this section": "この節へのリンク",
    },
  },
};

export function wordsOf(language: string): Words {
  const words = languages[language];
  if (!words)
    throw new UserError(
      `scripts/docs/words.ts has no words for the language "${language}" of a translation. Add them.`,
    );
  return words;
}
