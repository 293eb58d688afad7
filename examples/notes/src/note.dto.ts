import { IsOptional, IsString, Length } from 'class-validator';

export class NewNote {
  @IsString()
  @Length(1, 200)
  title!: string;

  @IsString()
  body!: string;
}

export class NoteChange {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  title?: string;

  @IsOptional()
  @IsString()
  body?: string;
}
