"""What `dlref babysit` says, in English and Korean."""

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "state": "{run}: {status}, epoch {epoch} of {epochs}, update {step}",
        "running": "running",
        "finished": "finished",
        "stopped": "stopped, as asked",
        "diverged": "stopped, for its loss is not finite",
        "lost": "ended without a word, perhaps killed",
        "epoch": "last epoch",
        "now": "now",
        "changed": "{name}: {old} -> {new}, after update {step} (epoch {epoch})",
        "retraced": "Keras compiles the training function anew; the next mini-batch takes longer.",
        "stopping": "The run is ending, after update {step} (epoch {epoch}) or the next one.",
        "healthy": "No advice: the run looks healthy.",
        "unchecked": "not checked: {check} ({reason})",
        "not_running": "{run} is not running. Nothing was changed.",
        "no_answer": "{run} did not answer within {timeout} seconds. Nothing was changed; a longer --timeout may help "
        "where a mini-batch or a validation takes long.",
    },
    "ko": {
        "state": "{run}: {status}, 에포크 {epoch}/{epochs}, 업데이트 {step}번",
        "running": "실행 중",
        "finished": "끝남",
        "stopped": "요청에 따라 멈춤",
        "diverged": "손실이 발산해 멈춤",
        "lost": "말없이 끝남(강제 종료된 듯)",
        "epoch": "지난 에포크",
        "now": "지금",
        "changed": "{name}: {old} -> {new}, 업데이트 {step}번 뒤부터(에포크 {epoch})",
        "retraced": "Keras가 훈련 함수를 다시 컴파일하므로 다음 미니배치는 조금 더 걸립니다.",
        "stopping": "업데이트 {step}번(에포크 {epoch})이나 그다음 미니배치를 끝내고 멈춥니다.",
        "healthy": "조언이 없습니다. 훈련이 순조롭습니다.",
        "unchecked": "확인하지 못함: {check}({reason})",
        "not_running": "{run}: 실행 중이 아닙니다. 아무것도 바꾸지 않았습니다.",
        "no_answer": "{run}: {timeout}초 안에 답이 없습니다. 아무것도 바꾸지 않았습니다. 미니배치 하나나 검증에 "
        "오래 걸린다면 --timeout을 늘리십시오.",
    },
}
