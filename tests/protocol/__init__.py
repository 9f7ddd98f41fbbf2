"""The protocol's specification: what holds, what each variant breaks, and what no line may say."""
