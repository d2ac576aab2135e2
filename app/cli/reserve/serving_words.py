"""What `luopu reserve serve` and `schedule` say, in both languages. A part of `app.cli.words`, in its form."""

from collections.abc import Mapping

from app.core.messages import Language

SERVING_WORDS: Mapping[str, Mapping[Language, str]] = {
    "custodian-ready": {
        "zh": "托管服务已启动，本机接口：{url}\n访问令牌见 {path}\n按 Ctrl+C 停止。",
        "en": "the custodian's service is running, local API: {url}\nits token is in {path}\nCtrl+C stops it",
    },
    "schedule-added": {
        "zh": "已加入计划 {id}，下次执行：{next}\n由 luopu reserve serve 执行。",
        "en": "scheduled as {id}, next at {next}\nluopu reserve serve makes it",
    },
    "schedule-removed": {"zh": "已取消 {id}", "en": "{id} is scheduled no more"},
    "schedule-every": {"zh": "每 {hours} 小时", "en": "every {hours} h"},
    "schedule-at": {"zh": "每天 {time}", "en": "each day at {time}"},
    "schedule-line": {
        "zh": "{id}  {voucher}  {when}  下次 {next}  {what}",
        "en": "{id}  {voucher}  {when}  next {next}  {what}",
    },
    "schedule-makes": {"zh": "只制作快照", "en": "makes a snapshot"},
    "schedule-publishes": {"zh": "制作并公布", "en": "makes a snapshot and publishes it"},
    "schedule-run": {"zh": "    {time}  {state}  {snapshot}{height}", "en": "    {time}  {state}  {snapshot}{height}"},
    "schedule-height": {"zh": "  高度 {height}", "en": "  height {height}"},
    "schedule-state-made": {"zh": "已制作", "en": "made"},
    "schedule-state-final": {"zh": "已公布", "en": "published"},
    "schedule-state-held": {"zh": "在链上等候复核", "en": "waits on the chain for checkers"},
    "schedule-state-expired": {"zh": "已过期，没有上链", "en": "expired, not on the chain"},
    "schedule-state-refused": {"zh": "被拒绝", "en": "refused"},
    "schedule-state-failed": {"zh": "失败", "en": "failed"},
}
