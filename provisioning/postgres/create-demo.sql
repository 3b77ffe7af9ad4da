-- Runs once, when the database folder is made: invented figures never stand beside real ones.
CREATE DATABASE marginboard_demo;
