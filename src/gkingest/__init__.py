"""Reports of Chinese government organs on disclosure (政府信息公开年度报告): tables to rows, doubts told."""
